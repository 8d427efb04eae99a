// A private endpoint of one service, and its name in the network.
param location string
param tags object
param name string
param serviceId string

@description('Which part of the service, such as blob, Sql, namespace or vault.')
param group string

@description('The private zone in which the service has its name, such as privatelink.documents.azure.com.')
param zoneName string

@description('The network, as `network.bicep` gives it.')
param place object

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: place.endpointsSubnetId }
    privateLinkServiceConnections: [
      {
        name: group
        properties: {
          privateLinkServiceId: serviceId
          groupIds: [group]
        }
      }
    ]
  }
}

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags
}

resource link 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: zone
  name: 'network'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: place.networkId }
  }
}

resource names 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: endpoint
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: group
        properties: { privateDnsZoneId: zone.id }
      }
    ]
  }
}
