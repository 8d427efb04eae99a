// The function app on Flex Consumption, and the storage that the Functions runtime needs.
param location string
param tags object
param suffix string
param identityId string
param clientId string
param principalId string
param telemetryConnection string
param cosmosEndpoint string
param cosmosDatabase string

@description('The host name of the Service Bus namespace; empty where no entity is in real time.')
param serviceBusHost string

@description('The URL of the SignalR service; empty where no entity is in real time.')
param signalrEndpoint string

@description('The URL of the Redis that the functions share; empty where there is none.')
param redisUrl string

@description('The URL of the search service; empty where there is none.')
param searchEndpoint string

@description('The secret in the key vault that signs page cursors.')
param cursorKeyUri string
param entraTenants string
param tenancy string
param audience string
param scopes string

@description('The identity of API Management, through which alone the app is called, as tenant/object; empty where there is none.')
param gatewayIdentity string
param corsOrigins string
param maxInstances int

@description('How many proxies stand before the app: the front end of App Service, and API Management if there is one.')
param trustedProxies int
param zoneRedundant bool

@description('The network that the functions call from, and in which the storage has private endpoints; null for the public one.')
param place object?

var blobOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var queueContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
var tableContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
var clouds = {
  AzureCloud: 'public'
  AzureUSGovernment: 'usgovernment'
  AzureChinaCloud: 'china'
}
var isRealtime = !empty(serviceBusHost)

var ownSettings = [
  { name: 'ATAKORA_STORE', value: 'cosmos' }
  { name: 'ATAKORA_COSMOS_DATABASE', value: cosmosDatabase }
  { name: 'ATAKORA_ENTRA_TENANTS', value: entraTenants }
  { name: 'ATAKORA_TENANCY', value: tenancy }
  { name: 'ATAKORA_ENTRA_CLOUD', value: clouds[environment().name] }
  { name: 'ATAKORA_AUDIENCE', value: audience }
  { name: 'ATAKORA_SCOPES', value: scopes }
  { name: 'ATAKORA_GATEWAY', value: gatewayIdentity }
  { name: 'ATAKORA_CORS_ORIGINS', value: corsOrigins }
  { name: 'ATAKORA_TRUSTED_PROXIES', value: string(trustedProxies) }
  { name: 'AZURE_CLIENT_ID', value: clientId }
  { name: 'ATAKORA_CURSOR_KEY', value: '@Microsoft.KeyVault(SecretUri=${cursorKeyUri})' }
]
var runtimeSettings = [
  { name: 'AzureWebJobsStorage__accountName', value: storage.name }
  { name: 'AzureWebJobsStorage__credential', value: 'managedidentity' }
  { name: 'AzureWebJobsStorage__clientId', value: clientId }
  { name: 'APPLICATIONINSIGHTS_CONNECTION_STRING', value: telemetryConnection }
  { name: 'APPLICATIONINSIGHTS_AUTHENTICATION_STRING', value: 'ClientId=${clientId};Authorization=AAD' }
]
var dataSettings = [
  { name: 'COSMOS__accountEndpoint', value: cosmosEndpoint }
  { name: 'COSMOS__credential', value: 'managedidentity' }
  { name: 'COSMOS__clientId', value: clientId }
]
var realtimeSettings = [
  { name: 'SERVICE_BUS__fullyQualifiedNamespace', value: serviceBusHost }
  { name: 'SERVICE_BUS__credential', value: 'managedidentity' }
  { name: 'SERVICE_BUS__clientId', value: clientId }
  { name: 'AzureSignalRConnectionString__serviceUri', value: signalrEndpoint }
  { name: 'AzureSignalRConnectionString__credential', value: 'managedidentity' }
  { name: 'AzureSignalRConnectionString__clientId', value: clientId }
]
// Read by an app's own code, not by the framework.
var cacheSettings = [
  { name: 'REDIS_URL', value: redisUrl }
]
var searchSettings = [
  { name: 'SEARCH_ENDPOINT', value: searchEndpoint }
]
var optionalSettings = concat(
  isRealtime ? realtimeSettings : [],
  empty(redisUrl) ? [] : cacheSettings,
  empty(searchEndpoint) ? [] : searchSettings
)

resource storage 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: take('st${suffix}', 24)
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS' }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: place == null ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: place == null ? 'Allow' : 'Deny'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: storage
  name: 'default'
}

resource packages 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: blobs
  name: 'packages'
}

resource storageRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [blobOwner, queueContributor, tableContributor]: {
    name: guid(storage.id, principalId, role)
    scope: storage
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: 'plan-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: 'func-${suffix}'
  location: location
  tags: tags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: place.?functionsSubnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}${packages.name}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'python'
        version: '3.13'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maxInstances
        instanceMemoryMB: 2048
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      ftpsState: 'Disabled'
      appSettings: concat(runtimeSettings, ownSettings, dataSettings, optionalSettings)
    }
  }
  dependsOn: [storageRoles, privateEndpoints]
}

// Who deploys proves it with a token of Entra ID, not with a publishing password.
resource publishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = [
  for kind in ['scm', 'ftp']: {
    parent: app
    name: kind
    properties: { allow: false }
  }
]

module privateEndpoints 'endpoint.bicep' = [
  for part in ['blob', 'queue', 'table']: if (place != null) {
    name: 'storage-${part}-endpoint'
    params: {
      location: location
      tags: tags
      name: 'pe-${part}-${suffix}'
      serviceId: storage.id
      group: part
      zoneName: 'privatelink.${part}.${environment().suffixes.storage}'
      place: place!
    }
  }
]

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
