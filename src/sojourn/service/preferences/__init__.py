"""The pages of those who get messages: preferences, unsubscribing, confirming a subscription."""
