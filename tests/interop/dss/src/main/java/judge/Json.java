package judge;

import java.util.List;
import java.util.stream.Collectors;

/** Just enough JSON to answer with, so that no library is needed for it. */
final class Json {
    private final StringBuilder text = new StringBuilder();

    static Json object() {
        return new Json();
    }

    Json put(String name, String value) {
        return raw(name, quote(value));
    }

    Json put(String name, boolean value) {
        return raw(name, String.valueOf(value));
    }

    Json strings(String name, List<String> values) {
        return raw(name, values.stream().map(Json::quote).collect(Collectors.joining(",", "[", "]")));
    }

    Json raw(String name, String json) {
        text.append(text.length() == 0 ? "" : ",").append(quote(name)).append(':').append(json);
        return this;
    }

    @Override
    public String toString() {
        return "{" + text + "}";
    }

    private static String quote(String value) {
        if (value == null) {
            return "null";
        }
        StringBuilder quoted = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < 0x20) {
                quoted.append(String.format("\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
