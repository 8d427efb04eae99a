// A Redis that the functions share, for what an app's own code keeps there.
param location string
param tags object
param suffix string
param principalId string
param zoneRedundant bool

@description('The network in which the cache has a private endpoint; null for a public one.')
param place object?

resource cache 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: 'redis-${suffix}'
  location: location
  tags: tags
  sku: { name: zoneRedundant ? 'Balanced_B1' : 'Balanced_B0' }
  properties: {
    highAvailability: zoneRedundant ? 'Enabled' : 'Disabled'
    minimumTlsVersion: '1.2'
    publicNetworkAccess: place == null ? 'Enabled' : 'Disabled'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-07-01' = {
  parent: cache
  name: 'default'
  properties: {
    accessKeysAuthentication: 'Disabled'
    clientProtocol: 'Encrypted'
    clusteringPolicy: 'EnterpriseCluster'
    evictionPolicy: 'AllKeysLRU'
    port: 10000
  }
}

// Redis has policies of its own instead of roles; this one reads and writes.
resource user 'Microsoft.Cache/redisEnterprise/databases/accessPolicyAssignments@2025-07-01' = {
  parent: database
  name: 'functions'
  properties: {
    accessPolicyName: 'default'
    user: { objectId: principalId }
  }
}

module private 'endpoint.bicep' = if (place != null) {
  name: 'cache-endpoint'
  params: {
    location: location
    tags: tags
    name: 'pe-cache-${suffix}'
    serviceId: cache.id
    group: 'redisEnterprise'
    zoneName: 'privatelink.redis.azure.net'
    place: place!
  }
}

output url string = 'rediss://${cache.properties.hostName}:10000'
