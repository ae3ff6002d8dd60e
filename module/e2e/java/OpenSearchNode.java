// SPDX-License-Identifier: Apache-2.0

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

import org.opensearch.common.settings.Settings;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.security.OpenSearchSecurityPlugin;
import org.opensearch.transport.Netty4Plugin;

/**
 * One OpenSearch node with the security plugin, from the published jars alone.
 *
 * <p>The distribution is not in Maven Central, its parts are. Modules and plugins are given to the
 * node as class path plugins, so no plugin directory and no class loader of their own is needed.
 * The node skips the distribution's bootstrap (no security manager, no root check): what is under
 * test is the REST layer and the security plugin, and both are the released classes.
 *
 * <p>Arguments: the home directory, whose config/opensearch.yml holds all settings. The node ends
 * when it is told to by a signal, or when its standard input ends.
 */
public final class OpenSearchNode extends Node {
    private OpenSearchNode(Path home) {
        super(
            InternalSettingsPreparer.prepareEnvironment(
                Settings.builder().put("path.home", home).build(), Map.of(), home.resolve("config"), () -> "passgate-e2e"),
            List.of(Netty4Plugin.class, OpenSearchSecurityPlugin.class),
            false);
    }

    public static void main(String[] args) throws Exception {
        Node node = new OpenSearchNode(Path.of(args[0]));
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown));
        node.start();
        ended.await();
        node.close();
    }
}
