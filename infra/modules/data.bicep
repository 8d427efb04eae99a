// Cosmos DB: the database and each container as the schemas need it, read from what `atakora_data infra` wrote.
param location string
param tags object
param suffix string
param principalId string
param furtherRegions array
param zoneRedundant bool
param provisionedThroughput bool
param maxThroughput int

@description('The network in which the account has a private endpoint; null for a public one.')
param place object?

var generated = loadJsonContent('../generated/containers.json')
var dataContributor = '00000000-0000-0000-0000-000000000002'
var zones = {
  AzureCloud: 'privatelink.documents.azure.com'
  AzureUSGovernment: 'privatelink.documents.azure.us'
  AzureChinaCloud: 'privatelink.documents.azure.cn'
}
var regions = [
  for (region, i) in concat([location], furtherRegions): {
    locationName: region
    failoverPriority: i
    isZoneRedundant: zoneRedundant
  }
]

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: 'cosmos-${suffix}'
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    locations: regions
    capabilities: provisionedThroughput ? [] : [{ name: 'EnableServerless' }]
    consistencyPolicy: { defaultConsistencyLevel: 'Session' }
    enableAutomaticFailover: !empty(furtherRegions)
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: place == null ? 'Enabled' : 'Disabled'
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: 'Continuous7Days' }
    }
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15' = {
  parent: account
  name: generated.database
  properties: {
    resource: { id: generated.database }
    options: provisionedThroughput ? { autoscaleSettings: { maxThroughput: maxThroughput } } : {}
  }
}

// What a schema declares for one container holds where throughput is provisioned; serverless accounts take none.
resource containers 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15' = [
  for container in generated.containers: {
    parent: database
    name: container.name
    properties: {
      resource: {
        id: container.name
        partitionKey: container.partitionKey
        uniqueKeyPolicy: container.uniqueKeyPolicy
        indexingPolicy: container.indexingPolicy
        conflictResolutionPolicy: container.conflictResolutionPolicy
        defaultTtl: container.defaultTtl
      }
      options: !provisionedThroughput
        ? {}
        : contains(container, 'autoscaleSettings')
            ? { autoscaleSettings: container.autoscaleSettings }
            : contains(container, 'throughput') ? { throughput: container.throughput } : {}
    }
  }
]

resource contributor 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = {
  parent: account
  name: guid(account.id, principalId, dataContributor)
  properties: {
    principalId: principalId
    roleDefinitionId: '${account.id}/sqlRoleDefinitions/${dataContributor}'
    scope: account.id
  }
}

module private 'endpoint.bicep' = if (place != null) {
  name: 'cosmos-endpoint'
  params: {
    location: location
    tags: tags
    name: 'pe-cosmos-${suffix}'
    serviceId: account.id
    group: 'Sql'
    zoneName: zones[environment().name]
    place: place!
  }
}

output id string = account.id
output endpoint string = account.properties.documentEndpoint
output database string = database.name
