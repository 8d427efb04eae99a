// Azure AI Search, for what an app's own code indexes and finds there.
param location string
param tags object
param suffix string
param principalId string
param zoneRedundant bool

@description('The network in which the service has a private endpoint; null for a public one.')
param place object?

var indexContributor = '8ebe5a00-799e-43f5-93ac-243d3dce84a7'
var zones = {
  AzureCloud: 'privatelink.search.windows.net'
  AzureUSGovernment: 'privatelink.search.azure.us'
  AzureChinaCloud: 'privatelink.search.azure.cn'
}

resource service 'Microsoft.Search/searchServices@2025-05-01' = {
  name: 'srch-${suffix}'
  location: location
  tags: tags
  sku: { name: zoneRedundant ? 'standard' : 'basic' }
  properties: {
    disableLocalAuth: true
    partitionCount: 1
    publicNetworkAccess: place == null ? 'Enabled' : 'Disabled'
    replicaCount: zoneRedundant ? 3 : 1
  }
}

// It reads and writes documents; the indexes they are in are made by who deploys.
resource contributor 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(service.id, principalId, indexContributor)
  scope: service
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', indexContributor)
  }
}

module private 'endpoint.bicep' = if (place != null) {
  name: 'search-endpoint'
  params: {
    location: location
    tags: tags
    name: 'pe-search-${suffix}'
    serviceId: service.id
    group: 'searchService'
    zoneName: zones[environment().name]
    place: place!
  }
}

output endpoint string = service.properties.endpoint
