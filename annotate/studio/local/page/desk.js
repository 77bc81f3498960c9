// The desk's page script: nothing yet.
