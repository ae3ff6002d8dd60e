// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// elasticsearchZip is the last default distribution, with security under the
// basic licence, that Elastic published to Maven Central.
var elasticsearchZip = artifact{"org.elasticsearch.distribution.zip", "elasticsearch", "6.8.23", "zip"}

// StartElasticsearch starts Elasticsearch 6.8.23 with security switched on, as it
// comes: it stores bcrypt of cost 10, and takes hashes of that cost only. The
// caller must Stop it.
func StartElasticsearch(ctx context.Context) (*Cluster, error) {
	return startElasticsearch(ctx)
}

// StartFastElasticsearch is StartElasticsearch with hashes as cheap as can be,
// for tests that make thousands of changes and upload no hash.
func StartFastElasticsearch(ctx context.Context) (*Cluster, error) {
	return startElasticsearch(ctx, "xpack.security.authc.password_hashing.algorithm: bcrypt4")
}

func startElasticsearch(ctx context.Context, settings ...string) (*Cluster, error) {
	java, err := javaHome()
	if err != nil {
		return nil, err
	}
	cache, err := cached("elasticsearch-"+elasticsearchZip.Version, func(dir string) error {
		return fetchArtifact(ctx, elasticsearchZip, dir)
	})
	if err != nil {
		return nil, fmt.Errorf("fetching elasticsearch: %w", err)
	}
	// Not below the cache: an unprivileged user can't enter root's home.
	home, err := os.MkdirTemp("", "passgate-elasticsearch-")
	if err != nil {
		return nil, fmt.Errorf("preparing elasticsearch: %w", err)
	}
	node := elasticsearchNode{home: home, java: java, uid: unprivileged(), password: rand.Text(), settings: settings}
	c, err := node.start(ctx, filepath.Join(cache, elasticsearchZip.file()))
	if err != nil {
		os.RemoveAll(home)
		return nil, fmt.Errorf("starting elasticsearch: %w", err)
	}
	return c, nil
}

// elasticsearchNode is one node's own copy of the distribution.
type elasticsearchNode struct {
	home, java string
	uid        int
	password   string   // of the built-in user elastic
	settings   []string // besides the usual ones
}

func (n elasticsearchNode) start(ctx context.Context, distribution string) (*Cluster, error) {
	if err := unzip(distribution, n.home, withoutMachineLearning); err != nil {
		return nil, err
	}
	ports, err := freePorts(2)
	if err != nil {
		return nil, err
	}
	if err := n.configure(ports); err != nil {
		return nil, err
	}
	if err := n.addBootstrapPassword(ctx); err != nil {
		return nil, err
	}
	p := &process{
		name: "elasticsearch", uid: n.uid,
		cmd: n.command("bin/elasticsearch"), log: filepath.Join(n.home, "output.log"),
	}
	if err := p.start(); err != nil {
		return nil, err
	}
	c := &Cluster{
		Dialect: "elasticsearch", Addr: "127.0.0.1:" + ports[0],
		Admin: "elastic", AdminPassword: n.password,
		whoami: "/_security/_authenticate",
		proc:   p, home: func() { os.RemoveAll(n.home) },
	}
	if err := p.await(ctx, readyLimit, c.ready); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// configure writes the node's settings and hands the copy to its user.
func (n elasticsearchNode) configure(ports []string) error {
	settings := strings.Join(append([]string{
		"cluster.name: passgate-e2e",
		"node.name: n1",
		"discovery.type: single-node",
		"network.host: 127.0.0.1",
		"http.port: " + ports[0],
		"transport.port: " + ports[1],
		"xpack.security.enabled: true",
	}, n.settings...), "\n")
	for _, dir := range []string{"data", "logs", "tmp"} {
		if err := os.MkdirAll(filepath.Join(n.home, dir), 0o755); err != nil {
			return err
		}
	}
	if err := os.WriteFile(filepath.Join(n.home, "config", "elasticsearch.yml"), []byte(settings), 0o644); err != nil {
		return err
	}
	return giveTo(n.home, n.uid)
}

// command prepares one of the distribution's own programs.
func (n elasticsearchNode) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(n.home, program), args...)
	cmd.Dir = n.home
	cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"),
		"JAVA_HOME=" + n.java,
		"ES_PATH_CONF=" + filepath.Join(n.home, "config"),
		"ES_TMPDIR=" + filepath.Join(n.home, "tmp"),
		"ES_JAVA_OPTS=-Xms512m -Xmx512m",
	}
	return cmd
}

// addBootstrapPassword gives the built-in administrator his first password. It
// travels on standard input: a command line can be read by every user.
func (n elasticsearchNode) addBootstrapPassword(ctx context.Context) error {
	for _, step := range []struct {
		args  []string
		input string
	}{
		{[]string{"create"}, ""},
		{[]string{"add", "-x", "bootstrap.password"}, n.password},
	} {
		cmd := n.command("bin/elasticsearch-keystore", step.args...)
		cmd.Stdin = strings.NewReader(step.input)
		p := &process{name: "elasticsearch-keystore", uid: n.uid, cmd: cmd, log: filepath.Join(n.home, "keystore.log")}
		if err := p.start(); err != nil {
			return err
		}
		select {
		case <-p.done:
		case <-ctx.Done():
			p.stop()
			return ctx.Err()
		}
		if p.err != nil {
			return fmt.Errorf("elasticsearch-keystore %s: %w\n%s", step.args[0], p.err, p.tail())
		}
	}
	return nil
}

// withoutMachineLearning drops the archive's top directory, and a module of
// native programs that the tests have no use for.
func withoutMachineLearning(name string) string {
	_, name, _ = strings.Cut(name, "/")
	if strings.HasPrefix(name, "modules/x-pack-ml/") {
		return ""
	}
	return name
}
