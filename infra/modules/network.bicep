// The private network: one subnet for the functions, one for the endpoints of what they use.
param location string
param tags object
param suffix string

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: 'vnet-${suffix}'
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/22'] }
  }
}

resource functions 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network
  name: 'functions'
  properties: {
    addressPrefix: '10.0.0.0/24'
    delegations: [
      {
        name: 'functions'
        properties: { serviceName: 'Microsoft.App/environments' }
      }
    ]
  }
}

resource endpoints 'Microsoft.Network/virtualNetworks/subnets@2024-05-01' = {
  parent: network
  name: 'endpoints'
  properties: {
    addressPrefix: '10.0.1.0/24'
    privateEndpointNetworkPolicies: 'Disabled'
  }
  dependsOn: [functions]
}

output place object = {
  networkId: network.id
  functionsSubnetId: functions.id
  endpointsSubnetId: endpoints.id
}
