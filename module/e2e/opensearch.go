// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

const openSearchVersion = "2.19.3"

// openSearchClassPath is what a node needs besides the plugin. The default
// distribution is not in Maven Central, its parts are.
var openSearchClassPath = []artifact{
	{"org.opensearch", "opensearch", openSearchVersion, "jar"},
	{"org.opensearch.plugin", "transport-netty4-client", openSearchVersion, "jar"},
	{"org.apache.logging.log4j", "log4j-core", "2.21.0", "jar"},
}

var openSearchPlugin = artifact{"org.opensearch.plugin", "opensearch-security", openSearchVersion + ".0", "zip"}

// openSearchMain starts a node with the plugin on its class path; java
// compiles it on the way.
//
//go:embed java/OpenSearchNode.java
var openSearchMain []byte

// StartOpenSearch starts OpenSearch 2.19.3 with its security plugin and the
// plugin's own example users. The caller must Stop it.
func StartOpenSearch(ctx context.Context) (*Cluster, error) {
	java, err := javaHome()
	if err != nil {
		return nil, err
	}
	jars, err := cached("opensearch-"+openSearchVersion, func(dir string) error { return fetchOpenSearch(ctx, dir) })
	if err != nil {
		return nil, fmt.Errorf("fetching opensearch: %w", err)
	}
	home, err := os.MkdirTemp("", "passgate-opensearch-")
	if err != nil {
		return nil, fmt.Errorf("preparing opensearch: %w", err)
	}
	c, err := startOpenSearchNode(ctx, java, jars, home)
	if err != nil {
		os.RemoveAll(home)
		return nil, fmt.Errorf("starting opensearch: %w", err)
	}
	return c, nil
}

// fetchOpenSearch fills dir with lib, the jars of the server, and plugin, the
// unpacked security plugin.
func fetchOpenSearch(ctx context.Context, dir string) error {
	lib, plugin := filepath.Join(dir, "lib"), filepath.Join(dir, "plugin")
	if err := os.MkdirAll(plugin, 0o755); err != nil {
		return err
	}
	if err := fetchClassPath(ctx, openSearchClassPath, lib); err != nil {
		return err
	}
	if err := fetchArtifact(ctx, openSearchPlugin, dir); err != nil {
		return err
	}
	archive := filepath.Join(dir, openSearchPlugin.file())
	defer os.Remove(archive)
	return unzip(archive, plugin, everything)
}

func startOpenSearchNode(ctx context.Context, java, jars, home string) (*Cluster, error) {
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	password := rand.Text()
	if err := configureOpenSearch(home, filepath.Join(jars, "plugin", "config"), password, ports); err != nil {
		return nil, err
	}
	program := filepath.Join(home, "OpenSearchNode.java")
	if err := os.WriteFile(program, openSearchMain, 0o644); err != nil {
		return nil, err
	}
	cmd := exec.Command(filepath.Join(java, "bin", "java"),
		"-Xms512m", "-Xmx512m", "-Dlog4j2.configurationFile="+filepath.Join(home, "config", "log4j2.properties"), "-Dpassgate.home="+home,
		"-Djava.io.tmpdir="+filepath.Join(home, "tmp"),
		"-cp", filepath.Join(jars, "lib", "*")+":"+filepath.Join(jars, "plugin", "*"), program, home)
	cmd.Dir = home
	p := &process{name: "opensearch", cmd: cmd, log: filepath.Join(home, "output.log")}
	if err := p.start(); err != nil {
		return nil, err
	}
	c := &Cluster{
		Dialect: "opensearch", Addr: "127.0.0.1:" + ports[0],
		Admin: "admin", AdminPassword: password,
		whoami:   "/_plugins/_security/api/account",
		auditLog: filepath.Join(home, openSearchAuditLog),
		proc:     p, home: func() { os.RemoveAll(home) },
	}
	if err := p.await(ctx, readyLimit, c.ready); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// configureOpenSearch writes the settings, the plugin's example users and roles,
// and a certificate: the plugin insists on TLS between nodes, even for one.
func configureOpenSearch(home, examples, password string, ports []string) error {
	config := filepath.Join(home, "config")
	for _, dir := range []string{config, filepath.Join(home, "tmp")} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	if err := os.CopyFS(filepath.Join(config, "opensearch-security"), os.DirFS(examples)); err != nil {
		return err
	}
	if err := replaceAdminHash(filepath.Join(config, "opensearch-security", "internal_users.yml"), password); err != nil {
		return err
	}
	if err := writeCertificate(config); err != nil {
		return err
	}
	settings := strings.Join([]string{
		"cluster.name: passgate-e2e",
		"node.name: n1",
		"discovery.type: single-node",
		"network.host: 127.0.0.1",
		"http.port: " + ports[0],
		"transport.port: " + ports[1],
		"plugins.security.ssl.transport.pemcert_filepath: " + certificateFile,
		"plugins.security.ssl.transport.pemkey_filepath: " + keyFile,
		"plugins.security.ssl.transport.pemtrustedcas_filepath: " + certificateFile,
		"plugins.security.ssl.transport.enforce_hostname_verification: false",
		"plugins.security.ssl.http.enabled: false",
		"plugins.security.nodes_dn: [\"CN=passgate-e2e\"]",
		"plugins.security.allow_default_init_securityindex: true",
		"plugins.security.restapi.roles_enabled: [all_access]",
		// The cluster's own audit log, for `audit reconcile`: an index, and a file
		// that gets what it reads.
		"plugins.security.audit.type: internal_opensearch",
		"plugins.security.audit.endpoints.file.type: log4j",
		"plugins.security.audit.endpoints.file.config.log4j.logger_name: audit",
		"plugins.security.audit.endpoints.file.config.log4j.level: INFO",
		"plugins.security.audit.routes.compliance_internal_config_write.endpoints: [default, file]",
		"plugins.security.audit.routes.granted_privileges.endpoints: [default, file]",
		// For the cases in which one user acts as another.
		"plugins.security.authcz.rest_impersonation_user.admin: [joe]",
		// The cheapest the library takes: cases are about recognition, not hashing.
		"plugins.security.password.hashing.bcrypt.rounds: 4",
		"",
	}, "\n")
	if err := os.WriteFile(filepath.Join(config, "opensearch.yml"), []byte(settings), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(config, "log4j2.properties"), []byte(openSearchLogging), 0o644)
}

// openSearchLogging sends warnings to the output and the audit log to its file, in
// the layout of the distribution's own log files.
const openSearchLogging = `status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
appender.audit.type = File
appender.audit.name = audit
appender.audit.fileName = ${sys:passgate.home}/` + openSearchAuditLog + `
appender.audit.layout.type = PatternLayout
appender.audit.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
logger.audit.name = audit
logger.audit.level = info
logger.audit.additivity = false
logger.audit.appenderRef.audit.ref = audit
`

// openSearchAuditLog is the audit log's file below the node's home.
const openSearchAuditLog = "audit.log"

// adminHash is where the example users keep the administrator's hash.
var adminHash = regexp.MustCompile(`(?m)^(admin:\n  hash: )".*"$`)

// replaceAdminHash gives the administrator a password of this run. The hash is
// as cheap as can be: every change of a user empties the plugin's cache of
// logins, and the examples' cost would be paid again by each request.
func replaceAdminHash(file, password string) error {
	users, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		return fmt.Errorf("hashing the administrator's password: %w", err)
	}
	if !adminHash.Match(users) {
		return errors.New("expected a user \"admin\" with a hash in the plugin's example users, found none")
	}
	// $ in a replacement text would be a reference.
	users = adminHash.ReplaceAllFunc(users, func(found []byte) []byte {
		return append(adminHash.FindSubmatch(found)[1], fmt.Sprintf("%q", hash)...)
	})
	return os.WriteFile(file, users, 0o600)
}
