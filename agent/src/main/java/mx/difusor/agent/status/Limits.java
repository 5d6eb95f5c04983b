package mx.difusor.agent.status;

import java.time.Duration;

/**
 * Every bound of the HTTP server in one place.
 *
 * @param connections open at one time; one more, and the one that stood still the longest makes room
 * @param connectionsPerAddress of those, from one address (IPv6: from one /64), so that one host cannot take them all;
 *     for the next one, that host's connection that stood still the longest makes room
 * @param kept of the connections, for programs on this host, so that no crowd from outside locks the operator out
 * @param threads at most; a half-sent request holds none
 * @param idle a connection on which no byte moves is closed
 * @param standstill a connection on which no request begins and no answer begins is closed, however many bytes drip
 * @param headerBytes of a request, its line included
 * @param bodyBytes of an operator's command
 * @param stop for requests at hand when the server is closed
 */
record Limits(
        int connections,
        int connectionsPerAddress,
        int kept,
        int threads,
        Duration idle,
        Duration standstill,
        int headerBytes,
        int bodyBytes,
        Duration stop) {

    static final Limits STANDARD = new Limits(
            512,
            128,
            64,
            16,
            Duration.ofSeconds(20),
            Duration.ofSeconds(60),
            8 * 1_024,
            16 * 1_024,
            Duration.ofSeconds(1));
}
