"""A SignalR hub for the desk: it serves stock clients, and takes messages as the service in Azure does."""
