// The operations of one entity in API Management.
param serviceName string
param apiName string

@description('As `atakora_data infra` wrote them: name, displayName, method, urlTemplate, templateParameters, isCached.')
param operations array

resource service 'Microsoft.ApiManagement/service@2024-05-01' existing = {
  name: serviceName
}

resource api 'Microsoft.ApiManagement/service/apis@2024-05-01' existing = {
  parent: service
  name: apiName
}

resource each 'Microsoft.ApiManagement/service/apis/operations@2024-05-01' = [
  for operation in operations: {
    parent: api
    name: operation.name
    properties: {
      displayName: operation.displayName
      method: operation.method
      urlTemplate: operation.urlTemplate
      templateParameters: operation.templateParameters
    }
  }
]

// Only what the rules make public is kept, and only for callers without a token.
resource cached 'Microsoft.ApiManagement/service/apis/operations/policies@2024-05-01' = [
  for (operation, i) in operations: if (operation.isCached) {
    parent: each[i]
    name: 'policy'
    properties: {
      format: 'xml'
      value: loadTextContent('../policies/cached.xml')
    }
  }
]
