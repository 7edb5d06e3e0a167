package controlplane

import (
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

// startEtcd serves etcd on unix sockets inside dir, the working directory, so it needs no port.
func startEtcd(dir string) (stop func(), endpoint string, err error) {
	socket := func(name string) url.URL {
		return url.URL{Scheme: "unix", Host: name} // relative to dir, as socket paths are limited to 107 bytes
	}
	client, peer := socket("etcd.sock"), socket("etcd-peer.sock")
	wal.SegmentSizeBytes = 4 << 20 // 64 MB are preallocated otherwise
	cfg := embed.NewConfig()
	cfg.Dir = filepath.Join(dir, "etcd")
	cfg.ListenClientUrls = []url.URL{client}
	cfg.ListenPeerUrls = []url.URL{peer}          // never dialled; the advertised defaults must be host:port
	cfg.UnsafeNoFsync = true                      // test data: speed over surviving a power cut
	cfg.WarningUnaryRequestDuration = time.Second // zero by default when embedded: every request would be logged
	cfg.LogLevel = "error"
	cfg.LogOutputs = []string{filepath.Join(dir, "etcd.log")}
	e, err := embed.StartEtcd(cfg)
	if err != nil {
		return nil, "", err
	}
	<-e.Server.ReadyNotify()
	return sync.OnceFunc(e.Close), client.String(), nil
}
