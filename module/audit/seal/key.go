// SPDX-License-Identifier: Apache-2.0

package seal

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Key signs checkpoints (Ed25519, RFC 8032). Its secret stays in memory and in
// the one file it was read from.
type Key struct {
	note.Signer
	secret   string // note's PRIVATE+KEY encoding
	verifier string // note's verifier key: name, key hash and public key
}

// NewKey makes a key for the trail named origin.
func NewKey(origin string) (*Key, error) {
	if !ValidOrigin(origin) {
		return nil, fmt.Errorf("making a signing key: %w", errOrigin)
	}
	secret, _, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		return nil, fmt.Errorf("making a signing key: %w", err)
	}
	return ParseKey(secret)
}

var errKey = errors.New("reading the signing key: expected PRIVATE+KEY+name+hash+key (Ed25519) as passgate wrote it")

// ParseKey reads a secret key. Its errors never quote the text.
func ParseKey(secret string) (*Key, error) {
	secret = strings.TrimSpace(secret)
	signer, err := note.NewSigner(secret)
	if err != nil {
		return nil, errKey
	}
	// note keeps the public half to itself; the seed is the last field,
	// behind one byte that names the algorithm.
	at := 0
	for range 4 {
		next := strings.IndexByte(secret[at:], '+')
		if next < 0 {
			return nil, errKey
		}
		at += next + 1
	}
	seed, err := base64.StdEncoding.DecodeString(secret[at:])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return nil, errKey
	}
	public := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, errKey
	}
	return &Key{Signer: signer, secret: secret, verifier: verifier}, nil
}

// Secret is the text ParseKey reads. It must only ever go into the key's file.
func (k *Key) Secret() string { return k.secret }

// Verifier is the public key as note.NewVerifier reads it; an auditor keeps it.
func (k *Key) Verifier() string { return k.verifier }

var errOrigin = errors.New("a trail's name must be 1 to 200 letters, digits and ./_:- characters")

// ValidOrigin reports whether s can name a trail: it must need no escaping in
// JSON and no space or plus, which notes reserve (C2SP signed-note).
func ValidOrigin(s string) bool {
	if s == "" || len(s) > 200 {
		return false
	}
	for _, c := range []byte(s) {
		ok := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("./_:-", c) >= 0
		if !ok {
			return false
		}
	}
	return true
}

// vouching is the text by which a key vouches for the next.
func vouching(origin, next string) string {
	return "passgate: the next signing key of this trail\n" + origin + "\n" + next + "\n"
}

// Vouch signs the statement that the trail's next key is the one with the
// given verifier key. It returns the note's signature line.
func (k *Key) Vouch(next string) (string, error) {
	text := vouching(k.Name(), next)
	signed, err := note.Sign(&note.Note{Text: text}, k)
	if err != nil {
		return "", fmt.Errorf("vouching for the next key: %w", err)
	}
	return strings.TrimSuffix(strings.TrimPrefix(string(signed), text+"\n"), "\n"), nil
}

// Vouches reports whether signature is that of by, for the next key.
func Vouches(by note.Verifier, next, signature string) bool {
	text := vouching(by.Name(), next)
	_, err := note.Open([]byte(text+"\n"+signature+"\n"), note.VerifierList(by))
	return err == nil
}
