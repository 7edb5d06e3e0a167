# The page is reached from other pods, so it asks for a token.
listen    = "0.0.0.0:9127"
token_env = "TRUEUP_WATCH_TOKEN"

history = "/var/lib/trueup-watch"

schedule = "0 * * * *"
timezone = "UTC"
jitter   = "15m"
notify   = ["ops"]

stack "prod" {
  folder = "/srv/stacks/*"
}

notify "ops" {
  url_env    = "TRUEUP_WEBHOOK_URL"
  secret_env = "TRUEUP_WEBHOOK_SECRET"
}
