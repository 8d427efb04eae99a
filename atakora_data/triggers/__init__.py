"""What wakes the app in Azure: the only folder that knows azure.functions."""
