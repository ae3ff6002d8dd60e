// SPDX-License-Identifier: Apache-2.0

package signoff

import (
	"bytes"
	"crypto/rand"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/ssh"
)

// The namespace keeps a signature made here from being used elsewhere.
const namespace = "passgate-review"

// The parts of an SSHSIG (OpenSSH, PROTOCOL.sshsig).
const (
	sigMagic   = "SSHSIG"
	sigVersion = 1
	sigHash    = "sha512"
	armorBegin = "-----BEGIN SSH SIGNATURE-----"
	armorEnd   = "-----END SSH SIGNATURE-----"
	armorWidth = 70
)

// signed is what the key signs.
type signed struct {
	Namespace, Reserved, HashAlgorithm string
	Hash                               []byte
}

func toBeSigned(message []byte) []byte {
	sum := sha512.Sum512(message)
	return append([]byte(sigMagic), ssh.Marshal(signed{namespace, "", sigHash, sum[:]})...)
}

// envelope is the signature file, after the magic.
type envelope struct {
	Version                            uint32
	PublicKey                          []byte
	Namespace, Reserved, HashAlgorithm string
	Signature                          []byte
}

// sign signs the message and returns an armored SSHSIG.
func sign(signer ssh.Signer, message []byte) (string, error) {
	if s, ok := signer.(*Signer); ok {
		signer = s.Signer // which may be able to do more
	}
	var sig *ssh.Signature
	var err error
	// SHA-1 is what "ssh-rsa" stands for, and what SSHSIG forbids.
	if rsa, ok := signer.(ssh.AlgorithmSigner); ok && signer.PublicKey().Type() == ssh.KeyAlgoRSA {
		sig, err = rsa.SignWithAlgorithm(rand.Reader, toBeSigned(message), ssh.KeyAlgoRSASHA512)
	} else {
		sig, err = signer.Sign(rand.Reader, toBeSigned(message))
	}
	if err != nil {
		return "", fmt.Errorf("signing: %w", err)
	}
	blob := append([]byte(sigMagic), ssh.Marshal(envelope{
		Version: sigVersion, PublicKey: signer.PublicKey().Marshal(),
		Namespace: namespace, HashAlgorithm: sigHash, Signature: ssh.Marshal(sig),
	})...)
	text := base64.StdEncoding.EncodeToString(blob)
	var b strings.Builder
	b.WriteString(armorBegin + "\n")
	for len(text) > 0 {
		n := min(len(text), armorWidth)
		b.WriteString(text[:n] + "\n")
		text = text[n:]
	}
	b.WriteString(armorEnd + "\n")
	return b.String(), nil
}

var errSignature = errors.New("expected an SSH signature (SSHSIG) of namespace " + namespace + " with sha512")

// verify checks an armored SSHSIG over message and returns the key that made it.
func verify(message []byte, armored string) (ssh.PublicKey, error) {
	body, ok := strings.CutPrefix(strings.TrimSpace(armored), armorBegin)
	body, end := strings.CutSuffix(body, armorEnd)
	if !ok || !end {
		return nil, errSignature
	}
	blob, err := base64.StdEncoding.DecodeString(strings.ReplaceAll(body, "\n", ""))
	if err != nil {
		return nil, errSignature
	}
	rest, ok := bytes.CutPrefix(blob, []byte(sigMagic))
	var e envelope
	if !ok || ssh.Unmarshal(rest, &e) != nil || e.Version != sigVersion || e.Namespace != namespace || e.HashAlgorithm != sigHash {
		return nil, errSignature
	}
	key, err := ssh.ParsePublicKey(e.PublicKey)
	if err != nil {
		return nil, errSignature
	}
	var sig ssh.Signature
	if ssh.Unmarshal(e.Signature, &sig) != nil || sig.Format == ssh.KeyAlgoRSA {
		return nil, errSignature
	}
	if err := key.Verify(toBeSigned(message), &sig); err != nil {
		return nil, fmt.Errorf("the signature is not of this text: %w", err)
	}
	return key, nil
}
