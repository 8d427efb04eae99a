// API Management before the functions: refuses bad tokens and floods early, and answers preflights.
// It passes the caller's own token on: the rules of the app are about that caller.
param location string
param tags object
param suffix string
param publisher object
param backendUrl string
param entraTenants string
param audience string
param corsOrigins string
param telemetryId string
param telemetryConnection string
param zoneRedundant bool

var generated = loadJsonContent('../generated/gateway.json')
var tenants = split(entraTenants, ',')
var isOneTenant = length(tenants) == 1 && tenants[0] != '*'
var authority = '${environment().authentication.loginEndpoint}${isOneTenant ? tenants[0] : 'organizations'}'
var values = {
  'openid-config': '${authority}/v2.0/.well-known/openid-configuration'
  audience: audience
  'cors-origins': empty(corsOrigins) ? 'https://localhost' : corsOrigins
}

resource service 'Microsoft.ApiManagement/service@2024-05-01' = {
  name: 'apim-${suffix}'
  location: location
  tags: tags
  sku: zoneRedundant ? { name: 'Premium', capacity: 2 } : { name: 'BasicV2', capacity: 1 }
  identity: { type: 'SystemAssigned' }
  properties: {
    publisherName: publisher.name
    publisherEmail: publisher.email
  }
  zones: zoneRedundant ? ['1', '2'] : null
}

resource named 'Microsoft.ApiManagement/service/namedValues@2024-05-01' = [
  for value in items(values): {
    parent: service
    name: value.key
    properties: {
      displayName: value.key
      value: value.value
    }
  }
]

resource backend 'Microsoft.ApiManagement/service/backends@2024-05-01' = {
  parent: service
  name: 'functions'
  properties: {
    protocol: 'http'
    url: '${backendUrl}/api'
  }
}

resource rest 'Microsoft.ApiManagement/service/apis@2024-05-01' = {
  parent: service
  name: 'rest'
  properties: {
    displayName: 'REST'
    path: 'api'
    protocols: ['https']
    subscriptionRequired: false
  }
}

resource restPolicy 'Microsoft.ApiManagement/service/apis/policies@2024-05-01' = {
  parent: rest
  name: 'policy'
  properties: {
    format: 'rawxml'
    value: loadTextContent('../policies/rest.xml')
  }
  dependsOn: [named, backend]
}

module operations 'operations.bicep' = [
  for (group, i) in generated.apis: {
    name: 'operations-${i}'
    params: {
      serviceName: service.name
      apiName: rest.name
      operations: group.operations
    }
    dependsOn: [restPolicy]
  }
]

// What no entity has: health, docs, the description.
resource others 'Microsoft.ApiManagement/service/apis/operations@2024-05-01' = {
  parent: rest
  name: 'others'
  properties: {
    displayName: 'Health and descriptions'
    method: 'GET'
    urlTemplate: '/*'
  }
}

resource graphql 'Microsoft.ApiManagement/service/apis@2024-05-01' = {
  parent: service
  name: 'graphql'
  properties: {
    displayName: 'GraphQL'
    path: 'graphql'
    protocols: ['https']
    apiType: 'graphql'
    type: 'graphql'
    serviceUrl: '${backendUrl}/api/graphql'
    subscriptionRequired: false
  }
}

resource schema 'Microsoft.ApiManagement/service/apis/schemas@2024-05-01' = {
  parent: graphql
  name: 'graphql'
  properties: {
    contentType: 'application/vnd.ms-azure-apim.graphql.schema'
    document: { value: loadJsonContent('../generated/graphql.json').sdl }
  }
}

resource graphqlPolicy 'Microsoft.ApiManagement/service/apis/policies@2024-05-01' = {
  parent: graphql
  name: 'policy'
  properties: {
    format: 'rawxml'
    value: loadTextContent('../policies/graphql.xml')
  }
  dependsOn: [named, schema]
}

resource product 'Microsoft.ApiManagement/service/products@2024-05-01' = {
  parent: service
  name: 'data'
  properties: {
    displayName: 'Data'
    description: 'REST and GraphQL over the same records and rules.'
    subscriptionRequired: false
    state: 'published'
  }
}

resource offered 'Microsoft.ApiManagement/service/products/apis@2024-05-01' = [
  for name in [rest.name, graphql.name]: {
    parent: product
    name: name
  }
]

resource logger 'Microsoft.ApiManagement/service/loggers@2024-05-01' = {
  parent: service
  name: 'telemetry'
  properties: {
    loggerType: 'applicationInsights'
    resourceId: telemetryId
    credentials: {
      connectionString: telemetryConnection
      identityClientId: 'SystemAssigned'
    }
  }
}

output url string = service.properties.gatewayUrl
