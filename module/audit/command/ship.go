// SPDX-License-Identifier: Apache-2.0

package command

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/passgate/passgate/module/audit/engine"
	"github.com/passgate/passgate/module/audit/ship"
)

func engineFlags(cmd *cobra.Command) {
	cmd.Flags().String("url", "", "the engine, as https://search.example:9200")
	cmd.Flags().String("credentials", "", "file with user:password, or with a whole Authorization value such as ApiKey …")
	cmd.Flags().String("ca", "", "PEM file with the certificate authority of the engine; default the system's")
}

// engineOf reads address and credentials. The latter come from a file: what
// stands on a command line can be read by others.
func engineOf(cmd *cobra.Command) (e engine.Engine, err error) {
	get := func(name string) string { s, _ := cmd.Flags().GetString(name); return s }
	u, err := url.Parse(get("url"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return e, errors.New("expected --url with an address like https://search.example:9200")
	}
	if u.User != nil {
		return e, errors.New("--url must hold no password, others can read command lines; use --credentials")
	}
	e.URL = u.String()
	if name := get("credentials"); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return e, fmt.Errorf("reading --credentials: %w", err)
		}
		e.Auth = authorization(strings.TrimSpace(string(text)))
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if name := get("ca"); name != "" {
		text, err := os.ReadFile(name)
		if err != nil {
			return e, fmt.Errorf("reading --ca: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return e, fmt.Errorf("reading --ca: %s holds no certificate in PEM", name)
		}
		transport.TLSClientConfig = &tls.Config{RootCAs: pool}
	}
	e.Client = &http.Client{
		Transport: transport, Timeout: time.Minute,
		// Credentials follow no redirect.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return e, nil
}

func authorization(text string) string {
	if strings.Contains(text, " ") || !strings.Contains(text, ":") {
		return text
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(text))
}

func shipCommand() *cobra.Command {
	cmd := spec{
		use:   "ship --dir DIR --url URL [--credentials FILE] [--ca FILE] [--namespace NAME] [--follow] [--json]",
		short: "Copies the trail to an Elasticsearch or OpenSearch",
		long: `Sends every signed record that wasn't sent yet to the data stream
logs-passgate.audit-NAME, or, where there are no data streams (Elasticsearch
before 7.9), to indices passgate-audit-NAME-YYYY.MM. The document's id is the
record's, so nothing gets there twice. How far it got is kept in a cursor file.

Install the templates first: passgate audit template --url URL. Ship to another
cluster than the one that is guarded.`,
		example: "  passgate audit ship --dir /var/log/passgate --url https://logs.example:9200 --credentials /etc/passgate/ship --follow",
		run:     runShip,
	}.command()
	dirFlag(cmd)
	engineFlags(cmd)
	cmd.Flags().String("namespace", "default", "last part of the data stream's name")
	cmd.Flags().String("cursor", "", "file that keeps how far it got; default in the trail's directory")
	cmd.Flags().Int("batch", 500, "records in one request")
	cmd.Flags().Bool("follow", false, "go on as records come, until interrupted")
	return cmd
}

func runShip(cmd *cobra.Command, _ []string) (*result, error) {
	dir, err := dirOf(cmd)
	if err != nil {
		return nil, err
	}
	o := ship.Options{Dir: dir}
	if o.Engine, err = engineOf(cmd); err != nil {
		return nil, err
	}
	o.Namespace, _ = cmd.Flags().GetString("namespace")
	o.Cursor, _ = cmd.Flags().GetString("cursor")
	o.Batch, _ = cmd.Flags().GetInt("batch")
	o.Follow, _ = cmd.Flags().GetBool("follow")
	if o.Batch < 1 {
		return nil, errors.New("expected --batch of at least 1")
	}
	ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	done, err := ship.Ship(ctx, o)
	if err != nil {
		return nil, err
	}
	return &result{
		text: func(w io.Writer) {
			fmt.Fprintf(w, "%s (%s): %d records new, %d were there already; next is record %d\n", done.Target, done.Engine, done.Created, done.Known, done.Next)
			if done.Retired > 0 {
				fmt.Fprintf(w, "%d records were retired before they were shipped\n", done.Retired)
			}
		},
		data: done,
	}, nil
}

func templateCommand() *cobra.Command {
	cmd := spec{
		use:   "template (--engine NAME --version N | --url URL [--credentials FILE] [--ca FILE]) [--keep DAYS] [--json]",
		short: "Prints or installs the index template and lifecycle policy for shipped records",
		long: `With --engine and --version, prints the requests that prepare such an engine, to
be pasted into its console. With --url, asks the engine what it is and carries
them out.`,
		example: "  passgate audit template --engine opensearch --version 2.19",
		run:     runTemplate,
	}.command()
	engineFlags(cmd)
	cmd.Flags().String("engine", "", "elasticsearch or opensearch")
	cmd.Flags().String("version", "", "its version, as 9 or 2.19")
	cmd.Flags().Int("keep", 400, "days for which the engine keeps every record")
	return cmd
}

func runTemplate(cmd *cobra.Command, _ []string) (*result, error) {
	get := func(name string) string { s, _ := cmd.Flags().GetString(name); return s }
	days, _ := cmd.Flags().GetInt("keep")
	if days < 1 {
		return nil, errors.New("expected --keep of at least one day")
	}
	keep := time.Duration(days) * 24 * time.Hour
	if get("url") == "" {
		kind, err := engine.ParseKind(get("engine"), get("version"))
		if err != nil {
			return nil, fmt.Errorf("%w; give --engine and --version, or --url", err)
		}
		calls := ship.Templates(kind, keep)
		return &result{text: func(w io.Writer) { printCalls(w, calls) }, data: calls}, nil
	}
	target, err := engineOf(cmd)
	if err != nil {
		return nil, err
	}
	kind, err := target.Identify(cmd.Context())
	if err != nil {
		return nil, err
	}
	calls := ship.Templates(kind, keep)
	lacking, err := ship.Install(cmd.Context(), &target, calls)
	if err != nil {
		return nil, err
	}
	return &result{
		text: func(w io.Writer) {
			for _, c := range calls {
				if slices.ContainsFunc(lacking, func(l ship.Call) bool { return l.Path == c.Path }) {
					fmt.Fprintf(w, "not installed: %s has no index management for %s; nothing there will delete old records\n", kind, c.Path)
					continue
				}
				fmt.Fprintf(w, "installed %s on %s\n", c.Path, kind)
			}
		},
		data: calls,
	}, nil
}
