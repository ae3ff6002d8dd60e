// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"text/template"
	"time"
)

// mavenDependency is the plugin that fetches; pinned, so that a run doesn't
// depend on what the installed Maven happens to default to.
const mavenDependency = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"

// fetchLimit bounds one run of Maven, pip or npm on a slow line.
const fetchLimit = 10 * time.Minute

// artifact is a Maven coordinate.
type artifact struct{ Group, Name, Version, Type string }

func (a artifact) String() string {
	return strings.Join([]string{a.Group, a.Name, a.Version, a.Type}, ":")
}

// file is the name Maven gives the artifact when it copies it.
func (a artifact) file() string { return fmt.Sprintf("%s-%s.%s", a.Name, a.Version, a.Type) }

// fetchArtifact puts the single file a, without dependencies, into dir.
func fetchArtifact(ctx context.Context, a artifact, dir string) error {
	return run(ctx, dir, "mvn", "-q", "-B", mavenDependency+":copy",
		"-Dartifact="+a.String(), "-DoutputDirectory="+dir)
}

// fetchClassPath puts the given jars and all they need at run time into dir.
func fetchClassPath(ctx context.Context, roots []artifact, dir string) error {
	work, err := os.MkdirTemp("", "passgate-pom-")
	if err != nil {
		return fmt.Errorf("preparing a Maven project: %w", err)
	}
	defer os.RemoveAll(work)
	var pom bytes.Buffer
	if err := pomTemplate.Execute(&pom, roots); err != nil {
		return fmt.Errorf("preparing a Maven project: %w", err)
	}
	if err := os.WriteFile(filepath.Join(work, "pom.xml"), pom.Bytes(), 0o644); err != nil {
		return fmt.Errorf("preparing a Maven project: %w", err)
	}
	return run(ctx, work, "mvn", "-q", "-B", mavenDependency+":copy-dependencies",
		"-DincludeScope=runtime", "-DoutputDirectory="+dir)
}

var pomTemplate = template.Must(template.New("pom").Parse(`<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>passgate</groupId><artifactId>e2e</artifactId><version>1</version>
  <dependencies>{{range .}}
    <dependency><groupId>{{.Group}}</groupId><artifactId>{{.Name}}</artifactId><version>{{.Version}}</version></dependency>{{end}}
  </dependencies>
</project>
`))

// run runs a tool to its end. Its output is part of the error only.
func run(ctx context.Context, dir, name string, args ...string) error {
	return runWith(ctx, dir, nil, name, args...)
}

// runWith is run with additional environment variables.
func runWith(ctx context.Context, dir string, env []string, name string, args ...string) error {
	ctx, cancel := context.WithTimeout(ctx, fetchLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, lastLines(out, 20))
	}
	return nil
}

// lastLines returns the end of a tool's output, where the error stands.
func lastLines(out []byte, n int) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
