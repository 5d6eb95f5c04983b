package mx.difusor.agent.status;

import java.util.List;
import java.util.Map;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Event;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /packages?event=&limit=&before=} asks for. An empty value is as good as none.
 *
 * @param event null for all
 * @param limit from 1 to {@link Overview#PACKAGES_LIMIT}
 * @param before only rows with a smaller id; null for the newest
 */
record PackagesQuery(
        @Nullable String event, int limit, @Nullable Long before) {

    static final int LIMIT = 100;
    private static final List<String> NAMES = List.of("event", "limit", "before");

    /** @param parameters every value of every name */
    static PackagesQuery of(Map<String, List<String>> parameters) throws BadRequestException {
        for (Map.Entry<String, List<String>> parameter : parameters.entrySet()) {
            if (!NAMES.contains(parameter.getKey())) {
                throw new BadRequestException("unknown parameter", "use event, limit and before");
            }
            if (parameter.getValue().size() != 1) {
                throw new BadRequestException(
                        "parameter " + parameter.getKey() + " comes more than once", "give each parameter once");
            }
        }
        String event = value(parameters, "event");
        if (event != null && !Event.ID.matcher(event).matches()) {
            throw new BadRequestException("event is not an event's id", "use an id of the configuration's events");
        }
        Long limit = number(parameters, "limit", Overview.PACKAGES_LIMIT);
        return new PackagesQuery(
                event, limit == null ? LIMIT : limit.intValue(), number(parameters, "before", Long.MAX_VALUE));
    }

    /** Where the page after the one that ends with {@code lastId} is. */
    String next(long lastId) {
        return "/packages?" + (event == null ? "" : "event=" + event + "&") + "limit=" + limit + "&before=" + lastId;
    }

    private static @Nullable String value(Map<String, List<String>> parameters, String name) {
        String value = parameters.getOrDefault(name, List.of("")).get(0);
        return value.isEmpty() ? null : value;
    }

    private static @Nullable Long number(Map<String, List<String>> parameters, String name, long most)
            throws BadRequestException {
        String value = value(parameters, name);
        if (value == null) {
            return null;
        }
        try {
            long number = value.matches("[0-9]{1,19}") ? Long.parseLong(value) : -1;
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // More than a long holds: out of range like the rest.
        }
        throw new BadRequestException(
                name + " is not a number from 1 to " + most, "use a whole number from 1 to " + most);
    }
}
