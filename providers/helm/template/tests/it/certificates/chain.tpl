{{- range $kind := list "ecdsa" "ed25519" }}
{{- $key := genPrivateKey $kind }}
{{- $authority := genCAWithKey "my-ca" 365 $key }}
{{- $signed := genSignedCertWithKey "web" (list "10.0.0.1" "::1" "::ffff:10.0.0.2") (list "web.example.com") 30 $authority $key }}
{{- $own := genSelfSignedCertWithKey "" nil (list "web") 40000 $key }}
{{ $kind }}
{{ $authority.Key }}
authority
{{ $authority.Cert }}
signed
{{ $signed.Cert }}
self-signed
{{ $own.Cert }}
{{- end }}
