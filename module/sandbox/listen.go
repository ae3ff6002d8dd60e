// SPDX-License-Identifier: Apache-2.0

package sandbox

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// Server is a handler on a loopback port of its own.
type Server struct {
	listener net.Listener
	http     *http.Server
	done     chan struct{}
}

// Listen serves h on a free port of 127.0.0.1 until Close.
func Listen(h http.Handler) (*Server, error) { return ListenOn(h, 0) }

// ListenOn is Listen on a given port; 0 takes a free one.
func ListenOn(h http.Handler, port int) (*Server, error) {
	l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, fmt.Errorf("listening for the sandbox on loopback port %d (0 is any free one): %w", port, err)
	}
	s := &Server{listener: l, done: make(chan struct{})}
	s.http = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ConnContext: func(ctx context.Context, c net.Conn) context.Context {
			return withTarget(ctx, c.(*slashedConn))
		},
		ConnState: func(c net.Conn, state http.ConnState) {
			if state == http.StateIdle {
				c.(*slashedConn).nextRequest()
			}
		},
	}
	go func() {
		defer close(s.done)
		// Serve's error is ErrServerClosed once Close was called, and a
		// listener that died shows as refused connections.
		_ = s.http.Serve(slashedListener{l})
	}()
	return s, nil
}

// Addr is the host and port the server listens on.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// URL is the server's base URL, without a trailing slash.
func (s *Server) URL() string { return "http://" + s.Addr() }

// Close ends the server: requests under way get two seconds.
func (s *Server) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = s.http.Close()
	}
	<-s.done
	return err
}
