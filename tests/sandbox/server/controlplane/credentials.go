package controlplane

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

type files struct {
	ca, servingCert, servingKey, serviceAccountKey, tokens, kubeconfig string
}

// writeCredentials makes a throw-away CA, the serving certificate, the service
// account key and the token file; a restart keeps what is already there.
func writeCredentials(dir string, port int) (files, error) {
	at := func(name string) string { return filepath.Join(dir, name) }
	f := files{at("ca.crt"), at("server.crt"), at("server.key"), at("service-account.key"), at("tokens.csv"), at("kubeconfig")}
	if _, err := os.Stat(f.tokens); os.IsNotExist(err) {
		if err := generate(f); err != nil {
			return f, err
		}
	}
	ca, err := os.ReadFile(f.ca)
	if err != nil {
		return f, err
	}
	config := clientcmdapi.NewConfig()
	config.Clusters["sandbox"] = &clientcmdapi.Cluster{Server: fmt.Sprintf("https://127.0.0.1:%d", port), CertificateAuthorityData: ca}
	for _, user := range []string{"admin", "nobody"} {
		config.AuthInfos[user] = &clientcmdapi.AuthInfo{Token: user}
		config.Contexts[user] = &clientcmdapi.Context{Cluster: "sandbox", AuthInfo: user}
	}
	config.CurrentContext = "admin"
	return f, clientcmd.WriteToFile(*config, f.kubeconfig)
}

func generate(f files) error {
	serial := func() *big.Int { n, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120)); return n }
	now := time.Now()
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	ca := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "sandbox-ca"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(10, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	server := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "kube-apiserver"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(10, 0, 0),
		DNSNames:    []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv4(10, 96, 0, 1)},
		KeyUsage:    x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, server, ca, key.Public(), caKey)
	if err != nil {
		return err
	}
	saKey, err := rsa.GenerateKey(rand.Reader, 2048) // RSA: what a cloud OIDC provider expects (RS256)
	if err != nil {
		return err
	}
	private := func(k crypto.PrivateKey) []byte {
		b, _ := x509.MarshalPKCS8PrivateKey(k)
		return encode("PRIVATE KEY", b)
	}
	for path, data := range map[string][]byte{
		f.ca:                encode("CERTIFICATE", caDER),
		f.servingCert:       append(encode("CERTIFICATE", der), encode("CERTIFICATE", caDER)...),
		f.servingKey:        private(key),
		f.serviceAccountKey: private(saKey),
	} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(f.tokens, []byte("admin,admin,admin,system:masters\nnobody,nobody,nobody\n"), 0o600)
}

func encode(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}
