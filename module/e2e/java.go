// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// EnvJava names a JDK to run the clusters with; default: a fitting one that
// JAVA_HOME or /usr/lib/jvm holds.
const EnvJava = "PASSGATE_E2E_JAVA_HOME"

// javaHome finds a JDK 17: both clusters of the suite were built for Java 17 at most.
func javaHome() (string, error) { return jdkHome(17, 17) }

// jdkHome finds a JDK of a release between first and last.
func jdkHome(first, last int) (string, error) {
	homes := []string{os.Getenv(EnvJava), os.Getenv("JAVA_HOME")}
	installed, err := filepath.Glob("/usr/lib/jvm/*")
	if err != nil {
		return "", err
	}
	slices.Sort(installed)
	for _, home := range append(homes, installed...) {
		if home == "" {
			continue
		}
		if release := jdkRelease(home); first <= release && release <= last {
			return home, nil
		}
	}
	return "", fmt.Errorf("no JDK of a release from %d to %d found: install one below /usr/lib/jvm, or name its home in %s or JAVA_HOME",
		first, last, EnvJava)
}

// jdkRelease reads the release file every JDK carries (JEP 223); 0: home holds none.
func jdkRelease(home string) int {
	text, err := os.ReadFile(filepath.Join(home, "release"))
	if err != nil {
		return 0
	}
	if _, err := os.Stat(filepath.Join(home, "bin", "javac")); err != nil {
		return 0
	}
	_, version, _ := strings.Cut(string(text), `JAVA_VERSION="`)
	major, _, _ := strings.Cut(version, ".")
	major, _, _ = strings.Cut(major, `"`)
	release, _ := strconv.Atoi(major)
	return release
}
