# Which stacks are looked at, when, and who is told: docs/watch.md.
# `trueup watch -check -config=watch.hcl` says whether it is right, and when each
# stack is due.

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
