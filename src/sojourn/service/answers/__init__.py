"""The shapes of the API's answers, as the OpenAPI document has them; `reports` says what each number is."""
