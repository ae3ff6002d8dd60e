// SPDX-License-Identifier: Apache-2.0

package audit

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Task is what a command asks of whoever writes the trail. Exactly one
// member is set.
type Task struct {
	Retire    *Retirement `json:"retire,omitempty"`
	RotateKey bool        `json:"rotate_key,omitempty"`
	Note      *Notice     `json:"note,omitempty"` // a review, an access or a comparison
}

// notable are the notices a command may have recorded.
var notable = []Code{CodeReview, CodeAccess, CodeReconciled, CodeBypass}

// Reply is the answer to a Task.
type Reply struct {
	Retired  *Retired `json:"retired,omitempty"`
	Verifier string   `json:"vkey,omitempty"` // of the new key
	Error    string   `json:"error,omitempty"`
}

const (
	requestLimit = 64 << 10
	askPatience  = 10 * time.Minute // retiring reads what it retires
)

// Ask has the request carried out: by the gateway that runs, over the socket
// in the trail's directory, or, when none does, by this process itself, which
// takes the gateway's place for the moment.
func Ask(dir string, r Task) (Reply, error) {
	conn, err := dial(filepath.Join(dir, socketFile))
	if err != nil {
		return r.here(dir)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(askPatience))
	var reply Reply
	if err := json.NewEncoder(conn).Encode(r); err != nil {
		return reply, fmt.Errorf("asking the running gateway: %w", err)
	}
	if err := json.NewDecoder(conn).Decode(&reply); err != nil {
		return reply, fmt.Errorf("asking the running gateway: %w", err)
	}
	if reply.Error != "" {
		return reply, errors.New(reply.Error)
	}
	return reply, nil
}

// here carries the request out without a gateway.
func (r Task) here(dir string) (Reply, error) {
	if _, err := ReadIdentity(dir); err != nil {
		return Reply{}, err // never start a new trail by a mistyped directory
	}
	t, err := Open(dir, Options{purpose: r.name()})
	if err != nil {
		return Reply{}, err
	}
	reply := t.serve(r)
	err = t.Close()
	if reply.Error != "" {
		err = errors.Join(errors.New(reply.Error), err)
	}
	return reply, err
}

func (r Task) name() string {
	switch {
	case r.Retire != nil:
		return "retire"
	case r.RotateKey:
		return "rotate-key"
	}
	return "note"
}

// serve carries out one request.
func (t *Trail) serve(r Task) Reply {
	var reply Reply
	var err error
	switch {
	case r.Retire != nil:
		var done Retired
		done, err = t.Retire(*r.Retire)
		reply.Retired = &done
	case r.RotateKey:
		reply.Verifier, err = t.RotateKey()
	case r.Note != nil && slices.Contains(notable, r.Note.Code):
		err = t.Note(context.Background(), r.Note.noted())
	default:
		err = errors.New("the request asks for nothing this gateway knows")
	}
	if err != nil {
		reply.Error = err.Error()
	}
	return reply
}

// noted is what a command may say: now, and nothing of what the gateway itself
// says of keys, segments and retired records.
func (n *Notice) noted() Notice {
	return Notice{Code: n.Code, By: n.By, Note: n.Note, Client: n.Client, Review: n.Review, Access: n.Access, Reconciled: n.Reconciled}
}

// control is the socket of a running gateway. Only its own user and root can
// reach it: it is born in a directory of mode 0700 and moved when it is 0600.
type control struct {
	listener *net.UnixListener
	path     string
	self     os.FileInfo // of the socket
	busy     sync.WaitGroup
}

func listen(t *Trail) (*control, error) {
	path := filepath.Join(t.dir, socketFile)
	cradle, err := os.MkdirTemp(t.dir, ".control-*")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(cradle)
	listener, err := listenIn(cradle)
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	born := filepath.Join(cradle, "s")
	if err = os.Chmod(born, keyMode); err == nil {
		err = os.Rename(born, path)
	}
	if err != nil {
		listener.Close()
		return nil, err
	}
	self, err := os.Lstat(path)
	if err != nil {
		listener.Close()
		return nil, err
	}
	c := &control{listener: listener, path: path, self: self}
	c.busy.Go(func() { c.accept(t) })
	return c, nil
}

// shortPath names a file in dir by a path that fits a socket address, which
// ends at 107 bytes (unix(7)).
func shortPath(dir *os.File, name string) string {
	if runtime.GOOS == "linux" {
		return fmt.Sprintf("/proc/self/fd/%d/%s", dir.Fd(), name)
	}
	return filepath.Join(dir.Name(), name)
}

func listenIn(dir string) (*net.UnixListener, error) {
	d, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return net.ListenUnix("unix", &net.UnixAddr{Name: shortPath(d, "s"), Net: "unix"})
}

func dial(path string) (net.Conn, error) {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return net.Dial("unix", shortPath(d, filepath.Base(path)))
}

func (c *control) accept(t *Trail) {
	for {
		conn, err := c.listener.Accept()
		if err != nil {
			return // closed
		}
		c.busy.Go(func() {
			defer conn.Close()
			conn.SetReadDeadline(time.Now().Add(10 * time.Second))
			var r Task
			reply := Reply{Error: "the request is not readable"}
			if json.NewDecoder(io.LimitReader(conn, requestLimit)).Decode(&r) == nil {
				reply = t.serve(r)
			}
			json.NewEncoder(conn).Encode(reply)
		})
	}
}

// stop ends the socket after the requests under way.
func (c *control) stop() {
	if c == nil {
		return
	}
	if there, err := os.Lstat(c.path); err == nil && os.SameFile(c.self, there) {
		os.Remove(c.path)
	}
	c.listener.Close()
	c.busy.Wait()
}
