// Service Bus carries events to whoever wants them; SignalR carries them to subscribers.
param location string
param tags object
param suffix string
param principalId string
param zoneRedundant bool

@description('The network in which the namespace has a private endpoint; null for a public one. It makes the namespace Premium.')
param place object?

var sender = '69a216fc-b8ed-44d8-bc22-1f3c2cd27a39'
var receiver = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
var signalrOwner = '7e4f1700-ea5a-4f59-8f37-079cfe29dce3'
var zones = {
  AzureCloud: 'privatelink.servicebus.windows.net'
  AzureUSGovernment: 'privatelink.servicebus.usgovcloudapi.net'
  AzureChinaCloud: 'privatelink.servicebus.chinacloudapi.cn'
}
var isPremium = zoneRedundant || place != null

resource bus 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: 'sb-${suffix}'
  location: location
  tags: tags
  sku: isPremium ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: place == null ? 'Enabled' : 'Disabled'
  }
}

resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: bus
  name: 'entity-events'
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    defaultMessageTimeToLive: 'P7D'
    supportOrdering: true
  }
}

resource fanOut 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = {
  parent: topic
  name: 'fan-out'
  properties: {
    requiresSession: true
    maxDeliveryCount: 10
    lockDuration: 'PT1M'
    deadLetteringOnMessageExpiration: true
    deadLetteringOnFilterEvaluationExceptions: true
  }
}

resource busRoles 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in [sender, receiver]: {
    name: guid(bus.id, principalId, role)
    scope: bus
    properties: {
      principalId: principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    }
  }
]

resource signalr 'Microsoft.SignalRService/signalR@2024-03-01' = {
  name: 'sigr-${suffix}'
  location: location
  tags: tags
  kind: 'SignalR'
  sku: zoneRedundant ? { name: 'Premium_P1', tier: 'Premium', capacity: 1 } : { name: 'Standard_S1', tier: 'Standard', capacity: 1 }
  properties: {
    disableLocalAuth: true
    disableAadAuth: false
    features: [
      {
        flag: 'ServiceMode'
        value: 'Serverless'
      }
    ]
    tls: { clientCertEnabled: false }
  }
}

resource signalrRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(signalr.id, principalId, signalrOwner)
  scope: signalr
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', signalrOwner)
  }
}

module private 'endpoint.bicep' = if (place != null) {
  name: 'bus-endpoint'
  params: {
    location: location
    tags: tags
    name: 'pe-bus-${suffix}'
    serviceId: bus.id
    group: 'namespace'
    zoneName: zones[environment().name]
    place: place!
  }
}

output serviceBusId string = bus.id
output serviceBusHost string = replace(replace(bus.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
output signalrEndpoint string = 'https://${signalr.properties.hostName}'
