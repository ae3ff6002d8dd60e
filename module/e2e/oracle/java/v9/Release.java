// SPDX-License-Identifier: Apache-2.0

import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import org.elasticsearch.common.bytes.BytesReference;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.path.PathTrie;
import org.elasticsearch.common.settings.SecureString;
import org.elasticsearch.common.xcontent.LoggingDeprecationHandler;
import org.elasticsearch.common.xcontent.XContentHelper;
import org.elasticsearch.http.HttpPreRequest;
import org.elasticsearch.rest.RequestParams;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.xcontent.XContentParser;
import org.elasticsearch.xcontent.XContentType;
import org.elasticsearch.xpack.core.security.action.user.PutUserRequestBuilder;
import org.elasticsearch.xpack.core.security.authc.support.Hasher;
import org.elasticsearch.xpack.core.security.user.User;
import org.elasticsearch.xpack.core.security.xcontent.XContentUtils;

/**
 * Elasticsearch 9.5. Put-user is the published builder, watched while it takes the secret and told
 * not to hash it. The builder of change-password is in a module that is not published: its loop over
 * the fields is written here anew, on the published parser.
 */
final class Release {
    static final String[] APIS = {"/_security"};

    static final XContentType JSON = XContentType.JSON;

    static void prepare() {
        LogConfigurator.configureESLogging();
    }

    static void changePassword(BytesReference body, XContentType type, Answer answer) throws IOException {
        try (
            XContentParser parser = XContentHelper.createParserNotCompressed(
                LoggingDeprecationHandler.XCONTENT_PARSER_CONFIG, body, type)
        ) {
            XContentUtils.verifyObject(parser);
            String field = null;
            boolean had = false;
            for (XContentParser.Token token; (token = parser.nextToken()) != XContentParser.Token.END_OBJECT; ) {
                if (token == XContentParser.Token.FIELD_NAME) {
                    field = parser.currentName();
                    continue;
                }
                if (token != XContentParser.Token.VALUE_STRING) {
                    throw new IllegalArgumentException("not a string");
                }
                if (had) {
                    throw new IllegalArgumentException("password_hash has already been set");
                }
                had = true;
                if (User.Fields.PASSWORD.match(field, parser.getDeprecationHandler())) {
                    answer.add(Answer.PASSWORD, parser.text());
                } else if (User.Fields.PASSWORD_HASH.match(field, parser.getDeprecationHandler())) {
                    answer.add(Answer.HASH, parser.text());
                } else {
                    throw new IllegalArgumentException("unexpected field");
                }
            }
        }
    }

    static void putUser(String name, BytesReference body, XContentType type, Answer answer) throws IOException {
        PutUserRequestBuilder builder = new PutUserRequestBuilder(null) {
            @Override
            public PutUserRequestBuilder password(char[] password, Hasher hasher) {
                answer.add(Answer.PASSWORD, new String(password));
                return super.password(password, hasher);
            }

            @Override
            public PutUserRequestBuilder password(SecureString password, Hasher hasher) {
                answer.add(Answer.PASSWORD, password.toString());
                return super.password(password, hasher);
            }

            @Override
            public PutUserRequestBuilder passwordHash(char[] hash, Hasher hasher) {
                answer.add(Answer.HASH, new String(hash));
                return super.passwordHash(hash, hasher);
            }
        };
        builder.source(name, body, type, Hasher.NOOP);
        answer.add(Answer.TARGET, builder.request().username());
        if (builder.request().fullName() != null) {
            answer.add(Answer.FULL_NAME, builder.request().fullName());
        }
        if (builder.request().email() != null) {
            answer.add(Answer.EMAIL, builder.request().email());
        }
    }

    static String rawPath(String uri) {
        return new HttpPreRequest() {
            @Override
            public RestRequest.Method method() {
                return RestRequest.Method.PUT;
            }

            @Override
            public String uri() {
                return uri;
            }

            @Override
            public Map<String, List<String>> getHeaders() {
                return Map.of();
            }
        }.rawPath();
    }

    static Map<String, String> parameters(String uri) {
        return RequestParams.fromUri(uri);
    }

    static <T> Iterator<T> retrieve(PathTrie<T> trie, String path, Supplier<Map<String, String>> parameters) {
        return trie.retrieveAll(path, parameters);
    }
}
