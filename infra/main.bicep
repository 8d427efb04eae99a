// Everything a deployed app needs, in a resource group of its own.
// Nobody has a key: a user-assigned identity reaches each service, with the least role that does.
targetScope = 'subscription'

@minLength(1)
@maxLength(40)
@description('Names the environment, such as blog-dev; resources are named after it.')
param environmentName string

@minLength(1)
@description('Where everything is, such as westeurope.')
param location string

@description('The ids of the Entra ID tenants whose tokens are accepted, separated by commas; * for every organization.')
param entraTenants string

@description('Whose records a caller sees: tid for those of its organization, another claim, or off for all. Needed when several organizations are let in.')
param tenancy string = ''

@minLength(1)
@description('What tokens are meant for: the application id URI of the API in Entra ID, such as api://blog, then its client id if tokens of version 2.0 name that, separated by commas.')
param audience string

@allowed(['off', 'required'])
@description('Whether tokens in the name of a person need a scope such as Post.Read or Data.Write.')
param scopes string = 'off'

@secure()
@minLength(32)
@description('Signs page cursors, the same in every instance. It is kept in the key vault.')
param cursorKey string

@description('Origins whose browsers may call, separated by commas; none unless given.')
param corsOrigins string = ''

@description('The mail address that alerts go to; no alerts are sent without one.')
param alertEmail string = ''

@description('Whether resources are spread over the availability zones of each region.')
param zoneRedundant bool = false

@description('Further regions that hold the data, in the order in which they take over.')
param furtherRegions array = []

@description('Whether the services are reached through a private network alone.')
param privateEndpoints bool = false

@description('Whether the database shares throughput that scales, instead of being billed by request.')
param provisionedThroughput bool = false

@minValue(1000)
@description('The most request units a second that the database scales to, where its throughput is provisioned.')
param maxThroughput int = 4000

@minValue(40)
@maxValue(1000)
@description('To how many instances the functions scale.')
param maxInstances int = 100

@description('Whether API Management stands before the functions.')
param gateway bool = false

@description('Whether there is a Redis for what the app keeps there in its own code.')
param cache bool = false

@description('Whether there is a search service for what the app finds there in its own code.')
param search bool = false

@description('Who publishes the API, as API Management shows it; it needs a mail address.')
param publisher object = {
  name: 'Atakora Data'
  email: alertEmail
}

// What the schemas need; `atakora_data infra` writes it anew before each deployment.
var containers = loadJsonContent('generated/containers.json').containers
var isRealtime = contains(map(containers, each => each.name), 'atakora-leases')
var tags = { 'azd-env-name': environmentName }
var suffix = uniqueString(subscription().id, environmentName, location)
var place = privateEndpoints ? network!.outputs.place : null

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'id-${suffix}'
  }
}

module gatewayIdentity 'modules/identity.bicep' = if (gateway) {
  name: 'gateway-identity'
  scope: group
  params: {
    location: location
    tags: tags
    name: 'id-gateway-${suffix}'
  }
}

module network 'modules/network.bicep' = if (privateEndpoints) {
  name: 'network'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalIds: concat([identity.outputs.principalId], gateway ? [gatewayIdentity!.outputs.principalId] : [])
  }
}

module secrets 'modules/secrets.bicep' = {
  name: 'secrets'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identity.outputs.principalId
    cursorKey: cursorKey
    place: place
  }
}

module data 'modules/data.bicep' = {
  name: 'data'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identity.outputs.principalId
    furtherRegions: furtherRegions
    zoneRedundant: zoneRedundant
    provisionedThroughput: provisionedThroughput
    maxThroughput: maxThroughput
    place: place
  }
}

// Only where an entity is in real time: it costs something each hour.
module messaging 'modules/messaging.bicep' = if (isRealtime) {
  name: 'messaging'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identity.outputs.principalId
    zoneRedundant: zoneRedundant
    place: place
  }
}

module redis 'modules/cache.bicep' = if (cache) {
  name: 'cache'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identity.outputs.principalId
    zoneRedundant: zoneRedundant
    place: place
  }
}

module finder 'modules/search.bicep' = if (search) {
  name: 'search'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    principalId: identity.outputs.principalId
    zoneRedundant: zoneRedundant
    place: place
  }
}

module functions 'modules/functions.bicep' = {
  name: 'functions'
  scope: group
  params: {
    location: location
    tags: union(tags, { 'azd-service-name': 'api' })
    suffix: suffix
    identityId: identity.outputs.id
    clientId: identity.outputs.clientId
    principalId: identity.outputs.principalId
    telemetryConnection: monitoring.outputs.connectionString
    cosmosEndpoint: data.outputs.endpoint
    cosmosDatabase: data.outputs.database
    serviceBusHost: isRealtime ? messaging!.outputs.serviceBusHost : ''
    signalrEndpoint: isRealtime ? messaging!.outputs.signalrEndpoint : ''
    redisUrl: cache ? redis!.outputs.url : ''
    searchEndpoint: search ? finder!.outputs.endpoint : ''
    cursorKeyUri: secrets.outputs.cursorKeyUri
    entraTenants: entraTenants
    tenancy: tenancy
    audience: audience
    scopes: scopes
    gatewayIdentity: gateway ? '${tenant().tenantId}/${gatewayIdentity!.outputs.principalId}' : ''
    corsOrigins: gateway ? '' : corsOrigins
    maxInstances: maxInstances
    trustedProxies: gateway ? 2 : 1
    zoneRedundant: zoneRedundant
    place: place
  }
}

module alerts 'modules/alerts.bicep' = if (!empty(alertEmail)) {
  name: 'alerts'
  scope: group
  params: {
    tags: tags
    suffix: suffix
    email: alertEmail
    telemetryId: monitoring.outputs.id
    cosmosId: data.outputs.id
    serviceBusId: isRealtime ? messaging!.outputs.serviceBusId : ''
  }
}

module api 'modules/gateway.bicep' = if (gateway) {
  name: 'gateway'
  scope: group
  params: {
    location: location
    tags: tags
    suffix: suffix
    publisher: publisher
    identityId: gatewayIdentity!.outputs.id
    clientId: gatewayIdentity!.outputs.clientId
    backendUrl: functions.outputs.url
    entraTenants: entraTenants
    audience: audience
    scopes: scopes
    corsOrigins: corsOrigins
    telemetryId: monitoring.outputs.id
    telemetryConnection: monitoring.outputs.connectionString
    zoneRedundant: zoneRedundant
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_APP string = functions.outputs.name
output API_URL string = '${functions.outputs.url}/api'
output GATEWAY_URL string = gateway ? api!.outputs.url : ''
