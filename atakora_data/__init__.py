"""Write data models once; the deployed Azure Function App is the backend."""
