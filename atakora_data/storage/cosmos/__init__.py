"""The store for Azure Cosmos DB: one container per entity unless the schema says otherwise."""
