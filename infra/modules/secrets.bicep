// The one secret of the app: what page cursors are signed with.
param location string
param tags object
param suffix string
param principalId string

@secure()
param cursorKey string

@description('The network in which the vault has a private endpoint; null for a public one.')
param place object?

var secretsUser = '4633458b-17de-408a-b874-0445c86b69e6'
var zones = {
  AzureCloud: 'privatelink.vaultcore.azure.net'
  AzureUSGovernment: 'privatelink.vaultcore.usgovcloudapi.net'
  AzureChinaCloud: 'privatelink.vaultcore.azure.cn'
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: take('kv-${suffix}', 24)
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    publicNetworkAccess: place == null ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: place == null ? 'Allow' : 'Deny'
    }
  }
}

resource secret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'cursor-key'
  properties: { value: cursorKey }
}

resource reader 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, principalId, secretsUser)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUser)
  }
}

module private 'endpoint.bicep' = if (place != null) {
  name: 'vault-endpoint'
  params: {
    location: location
    tags: tags
    name: 'pe-vault-${suffix}'
    serviceId: vault.id
    group: 'vault'
    zoneName: zones[environment().name]
    place: place!
  }
}

output cursorKeyUri string = secret.properties.secretUri
