// SPDX-License-Identifier: Apache-2.0

// Package engine talks to the REST API of an Elasticsearch or OpenSearch that
// records are shipped to, or that they are compared with. Its errors never quote
// an address, because people put passwords into those, nor an answer.
package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Engine is a cluster.
type Engine struct {
	URL    string       // as https://search.example:9200
	Auth   string       // value of the Authorization header; empty: none
	Client *http.Client // default: one with a timeout of a minute
}

// Kind is what an engine is, which decides on templates and names.
type Kind struct {
	OpenSearch bool `json:"opensearch"`
	Major      int  `json:"major"`
	Minor      int  `json:"minor"`
}

func (k Kind) String() string {
	name := "elasticsearch"
	if k.OpenSearch {
		name = "opensearch"
	}
	return fmt.Sprintf("%s %d.%d", name, k.Major, k.Minor)
}

// ParseKind reads a kind as people write it: "elasticsearch 9", "opensearch 2.19".
func ParseKind(engine, version string) (Kind, error) {
	var k Kind
	switch engine {
	case "elasticsearch":
	case "opensearch":
		k.OpenSearch = true
	default:
		return k, fmt.Errorf("expected the engine elasticsearch or opensearch, got %q", engine)
	}
	major, minor, _ := strings.Cut(version, ".")
	minor, _, _ = strings.Cut(minor, ".")
	var err error
	if k.Major, err = strconv.Atoi(major); err != nil || k.Major < 1 {
		return k, fmt.Errorf("expected a version like 9 or 2.19, got %q", version)
	}
	if minor != "" {
		if k.Minor, err = strconv.Atoi(minor); err != nil {
			return k, fmt.Errorf("expected a version like 9 or 2.19, got %q", version)
		}
	}
	return k, nil
}

// Streams reports whether the engine knows data streams: Elasticsearch since
// 7.9, OpenSearch always.
func (k Kind) Streams() bool {
	return k.OpenSearch || k.Major > 7 || k.Major == 7 && k.Minor >= 9
}

// Typed reports whether documents have a type, which Elasticsearch 6 insists on.
func (k Kind) Typed() bool { return !k.OpenSearch && k.Major < 7 }

// answerLimit bounds what is read of an answer: a bulk of a thousand records
// is answered with some 300 bytes each.
const answerLimit = 16 << 20

// Do sends one request and returns status, headers and body.
func (e *Engine) Do(ctx context.Context, method, path, mediaType string, body []byte) (int, http.Header, []byte, error) {
	target := strings.TrimSuffix(e.URL, "/") + path
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, hideURL(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", mediaType)
	}
	if e.Auth != "" {
		req.Header.Set("Authorization", e.Auth)
	}
	client := e.Client
	if client == nil {
		client = &http.Client{Timeout: time.Minute}
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, nil, hideURL(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, answerLimit))
	return res.StatusCode, res.Header, answer, err
}

// hideURL takes the address out of an error: people put passwords into it.
func hideURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// ErrRefused says that an engine doesn't let these credentials in.
var ErrRefused = errors.New("the engine refuses the credentials")

// Identify asks the engine what it is.
func (e *Engine) Identify(ctx context.Context) (Kind, error) {
	status, _, body, err := e.Do(ctx, http.MethodGet, "/", "", nil)
	if err != nil {
		return Kind{}, fmt.Errorf("asking the engine what it is: %w", err)
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		return Kind{}, fmt.Errorf("asking the engine what it is: %w (%d at /); check --credentials", ErrRefused, status)
	}
	if status != http.StatusOK {
		return Kind{}, fmt.Errorf("asking the engine what it is: expected 200 at /, got %d; check address and credentials", status)
	}
	var about struct {
		Version struct {
			Number       string `json:"number"`
			Distribution string `json:"distribution"`
		} `json:"version"`
	}
	if err := json.Unmarshal(body, &about); err != nil {
		return Kind{}, errors.New("asking the engine what it is: expected the usual JSON at /, got something else")
	}
	name := "elasticsearch"
	if about.Version.Distribution == "opensearch" {
		name = "opensearch"
	}
	return ParseKind(name, about.Version.Number)
}
