// API Management before the functions: refuses bad tokens and floods early, and answers preflights.
// It passes the caller's own token on, for the rules of the app are about that caller, and a token of its own beside it.
param location string
param tags object
param suffix string
param publisher object
param backendUrl string
param entraTenants string
param audience string
param scopes string
param corsOrigins string
param identityId string
param clientId string
param telemetryId string
param telemetryConnection string
param zoneRedundant bool

var generated = loadJsonContent('../generated/gateway.json')
var login = environment().authentication.loginEndpoint
var tenants = contains(entraTenants, '*') ? ['organizations'] : map(split(entraTenants, ','), each => trim(each))
var issuers = concat(map(tenants, each => '${login}${each}'), map(tenants, each => '${login}${each}/v2.0'))
var audiences = map(split(audience, ','), each => trim(each))
var origins = map(split(empty(corsOrigins) ? 'https://none.invalid' : corsOrigins, ','), each => trim(each))

// What policies leave open; an element of which there are several is repeated.
var filled = {
  '<origin>EACH_ORIGIN</origin>': join(map(origins, each => '<origin>${each}</origin>'), '')
  '<openid-config url="EACH_ISSUER" />': join(map(issuers, each => '<openid-config url="${each}/.well-known/openid-configuration" />'), '')
  '<audience>EACH_AUDIENCE</audience>': join(map(audiences, each => '<audience>${each}</audience>'), '')
  EACH_SCOPE: scopes == 'required' ? join(generated.scopes, ' ') : ''
  API_RESOURCE: audiences[0]
  GATEWAY_CLIENT: clientId
}
var policy = reduce(items(filled), loadTextContent('../policies/all.xml'), (text, part) => replace(text, part.key, part.value))

resource service 'Microsoft.ApiManagement/service@2024-05-01' = {
  name: 'apim-${suffix}'
  location: location
  tags: tags
  sku: zoneRedundant ? { name: 'Premium', capacity: 2 } : { name: 'BasicV2', capacity: 1 }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    publisherName: publisher.name
    publisherEmail: publisher.email
  }
  zones: zoneRedundant ? ['1', '2'] : null
}

resource everywhere 'Microsoft.ApiManagement/service/policies@2024-05-01' = {
  parent: service
  name: 'policy'
  properties: {
    format: 'xml'
    value: policy
  }
}

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
    format: 'xml'
    value: loadTextContent('../policies/rest.xml')
  }
  dependsOn: [backend]
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
      identityClientId: clientId
    }
  }
}

resource diagnostic 'Microsoft.ApiManagement/service/diagnostics@2024-05-01' = {
  parent: service
  name: 'applicationinsights'
  properties: {
    loggerId: logger.id
    alwaysLog: 'allErrors'
    httpCorrelationProtocol: 'W3C'
    sampling: {
      samplingType: 'fixed'
      percentage: 100
    }
  }
}

output url string = service.properties.gatewayUrl
