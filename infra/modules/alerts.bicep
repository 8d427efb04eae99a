// What somebody should be told of: failures, slowness, throttling, and events that nobody could handle.
param tags object
param suffix string
param email string
param telemetryId string
param cosmosId string

@description('The Service Bus namespace; empty where no entity is in real time.')
param serviceBusId string

var rules = concat(
  [
    {
      name: 'failed-requests'
      description: 'Over 10 requests failed within 5 minutes.'
      target: telemetryId
      namespace: 'microsoft.insights/components'
      metric: 'requests/failed'
      aggregation: 'Count'
      threshold: 10
      severity: 1
    }
    {
      name: 'slow-requests'
      description: 'Requests took over 2 seconds on average, for 5 minutes.'
      target: telemetryId
      namespace: 'microsoft.insights/components'
      metric: 'requests/duration'
      aggregation: 'Average'
      threshold: 2000
      severity: 2
    }
    {
      name: 'database-at-its-limit'
      description: 'A partition of the database used over 90 % of its throughput, for 5 minutes.'
      target: cosmosId
      namespace: 'Microsoft.DocumentDB/databaseAccounts'
      metric: 'NormalizedRUConsumption'
      aggregation: 'Maximum'
      threshold: 90
      severity: 2
    }
  ],
  empty(serviceBusId)
    ? []
    : [
        {
          name: 'events-set-aside'
          description: 'Events could not be handled, and lie in the dead-letter queue.'
          target: serviceBusId
          namespace: 'Microsoft.ServiceBus/namespaces'
          metric: 'DeadletteredMessages'
          aggregation: 'Maximum'
          threshold: 0
          severity: 1
        }
      ]
)

resource told 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${suffix}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'atakora'
    emailReceivers: [
      {
        name: 'mail'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for rule in rules: {
    name: '${rule.name}-${suffix}'
    location: 'global'
    tags: tags
    properties: {
      enabled: true
      description: rule.description
      severity: rule.severity
      scopes: [rule.target]
      evaluationFrequency: 'PT1M'
      windowSize: 'PT5M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: rule.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: rule.namespace
            metricName: rule.metric
            operator: 'GreaterThan'
            threshold: rule.threshold
            timeAggregation: rule.aggregation
          }
        ]
      }
      actions: [{ actionGroupId: told.id }]
    }
  }
]
