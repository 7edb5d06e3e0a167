package main

import (
	"encoding/json"
	"io"
	"net"
	"os"

	"google.golang.org/grpc"

	"github.com/hashicorp/terraform/internal/grpcwrap"
	"github.com/hashicorp/terraform/internal/tfplugin6"
)

// serve is the mock provider as a process of its own, for the terraform binary:
// its schema is read from standard input, and it ends when that does.
func serve(socket string) error {
	in := json.NewDecoder(os.Stdin)
	var schema json.RawMessage
	if err := in.Decode(&schema); err != nil {
		return err
	}
	mock, err := newMock(schema)
	if err != nil {
		return err
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	server := grpc.NewServer()
	tfplugin6.RegisterProviderServer(server, grpcwrap.Provider6(mock))
	go func() {
		io.Copy(io.Discard, io.MultiReader(in.Buffered(), os.Stdin))
		server.Stop()
	}()
	return server.Serve(listener)
}
