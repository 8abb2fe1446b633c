"""The only place that knows boto3 and botocore. Both are imported on first use."""
