package controlplane

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock keeps two clusters out of one data directory; the kernel releases it when the process dies.
func lock(path string) (func(), error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: in use by another cluster", filepath.Dir(path))
	}
	return func() { f.Close() }, nil
}
