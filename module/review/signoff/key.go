// SPDX-License-Identifier: Apache-2.0

package signoff

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"
)

// Signer is a key to sign with; close it when done.
type Signer struct {
	ssh.Signer
	io.Closer
}

type nothing struct{}

func (nothing) Close() error { return nil }

// OpenKey reads a private key file. Of an encrypted key, passphrase is asked.
func OpenKey(path string, passphrase func() ([]byte, error)) (*Signer, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the key: %w", err)
	}
	defer clear(content)
	signer, err := ssh.ParsePrivateKey(content)
	var missing *ssh.PassphraseMissingError
	if errors.As(err, &missing) {
		secret, err := passphrase()
		if err != nil {
			return nil, fmt.Errorf("reading the passphrase: %w", err)
		}
		defer clear(secret)
		if signer, err = ssh.ParsePrivateKeyWithPassphrase(content, secret); err != nil {
			return nil, fmt.Errorf("%s: expected the passphrase of this key", path)
		}
		return &Signer{signer, nothing{}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: expected a private SSH key", path)
	}
	return &Signer{signer, nothing{}}, nil
}

// FromAgent takes a key of the ssh-agent at socket: the only one, or the one
// that which names by its fingerprint, its comment, or a file with its public
// half.
func FromAgent(socket, which string) (*Signer, error) {
	if socket == "" {
		return nil, fmt.Errorf("expected a key file, or an ssh-agent in SSH_AUTH_SOCK, found no file %q and no agent; name your private key with --key", which)
	}
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return nil, fmt.Errorf("reaching the ssh-agent: %w", err)
	}
	signer, err := pick(agent.NewClient(conn), which)
	if err != nil {
		conn.Close()
		return nil, err
	}
	return &Signer{signer, conn}, nil
}

func pick(a agent.ExtendedAgent, which string) (ssh.Signer, error) {
	keys, err := a.List()
	if err != nil {
		return nil, fmt.Errorf("asking the ssh-agent for its keys: %w", err)
	}
	signers, err := a.Signers()
	if err != nil || len(signers) != len(keys) {
		return nil, fmt.Errorf("asking the ssh-agent for its keys: %d of %d can sign: %w", len(signers), len(keys), err)
	}
	public := publicKeyOf(which)
	var fits []ssh.Signer
	var names []string
	for i, k := range keys {
		print := ssh.FingerprintSHA256(k)
		names = append(names, print+" "+k.Comment)
		if which == "" || which == print || which == k.Comment || public != "" && public == string(k.Marshal()) {
			fits = append(fits, signers[i])
		}
	}
	if len(fits) != 1 {
		return nil, fmt.Errorf("expected one key of the ssh-agent, %d fit; name one with --key: %s", len(fits), strings.Join(names, ", "))
	}
	return fits[0], nil
}

// publicKeyOf reads the public key in a file, or beside it; empty if there is none.
func publicKeyOf(path string) string {
	for _, name := range []string{path, path + ".pub"} {
		content, err := os.ReadFile(name)
		if err != nil {
			continue
		}
		if key, _, _, _, err := ssh.ParseAuthorizedKey(content); err == nil {
			return string(key.Marshal())
		}
	}
	return ""
}
