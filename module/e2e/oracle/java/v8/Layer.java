// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.common.network.NetworkService;
import org.elasticsearch.common.settings.ClusterSettings;
import org.elasticsearch.common.settings.Setting;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.core.RestApiVersion;
import org.elasticsearch.http.HttpServerTransport;
import org.elasticsearch.http.netty4.Netty4HttpServerTransport;
import org.elasticsearch.indices.breaker.NoneCircuitBreakerService;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestController;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.telemetry.TelemetryProvider;
import org.elasticsearch.telemetry.metric.MeterRegistry;
import org.elasticsearch.telemetry.tracing.Tracer;
import org.elasticsearch.threadpool.DefaultBuiltInExecutorBuilders;
import org.elasticsearch.threadpool.ThreadPool;
import org.elasticsearch.transport.netty4.Netty4Plugin;
import org.elasticsearch.transport.netty4.SharedGroupFactory;
import org.elasticsearch.transport.netty4.TLSConfig;
import org.elasticsearch.usage.UsageService;
import org.elasticsearch.xcontent.NamedXContentRegistry;

/** The REST layer of Elasticsearch 8.19. */
final class Layer {
    /** What is left to do once there is a channel to answer on. */
    interface Then {
        void run() throws IOException;
    }

    interface Reader {
        Then read(RestRequest request) throws IOException;
    }

    static final class Handler extends BaseRestHandler {
        private final List<Route> routes = new ArrayList<>();
        private final Reader reader;
        private final String name;

        Handler(Set<String> methods, List<String> paths, boolean body, Reader reader) {
            for (String method : methods) {
                for (String path : paths) {
                    if (path.startsWith("/_xpack/")) {
                        continue; // only for clients of version 7: see below
                    }
                    Route.RouteBuilder route = Route.builder(RestRequest.Method.valueOf(method), path);
                    if (path.startsWith("/_security/")) {
                        route.replaces(RestRequest.Method.valueOf(method), "/_xpack" + path.replaceFirst("_", ""), RestApiVersion.V_7);
                    }
                    routes.add(route.build());
                }
            }
            this.reader = reader;
            this.name = paths.get(0).replace('/', '_') + methods;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public List<Route> routes() {
            return routes;
        }

        @Override
        protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) throws IOException {
            Then then = reader.read(request);
            return channel -> {
                then.run();
                channel.sendResponse(new RestResponse(RestStatus.OK, "application/json", "{}"));
            };
        }
    }

    static HttpServerTransport start(List<Handler> handlers) {
        Settings settings = Settings.builder()
            .put("node.name", "oracle")
            .put("http.host", "127.0.0.1")
            .put("http.port", "0")
            .put("node.processors", 2)
            .build();
        ThreadPool pool = new ThreadPool(settings, MeterRegistry.NOOP, new DefaultBuiltInExecutorBuilders());
        RestController controller = new RestController(
            null, new NodeClient(settings, pool), new NoneCircuitBreakerService(), new UsageService(), TelemetryProvider.NOOP);
        handlers.forEach(controller::registerHandler);
        Set<Setting<?>> known = new HashSet<>(ClusterSettings.BUILT_IN_CLUSTER_SETTINGS);
        known.addAll(new Netty4Plugin().getSettings());
        HttpServerTransport transport = new Netty4HttpServerTransport(
            settings, new NetworkService(List.of()), pool, NamedXContentRegistry.EMPTY, controller,
            new ClusterSettings(settings, known), new SharedGroupFactory(settings), Tracer.NOOP,
            TLSConfig.noTLS(), null,
            (request, channel, listener) -> listener.onResponse(null)); // as the security plugin: headers first
        transport.start();
        return transport;
    }

    private Layer() {}
}
