package mx.difusor.agent.model;

import java.time.Instant;

/**
 * What visitors got in one hour.
 *
 * @param from its beginning, on the hour in UTC
 * @param probes how often the site was asked
 * @param good how often it answered as it should
 * @param slowestMillis the slowest answer; 0 where none came
 */
public record ProbedHour(Instant from, int probes, int good, int slowestMillis) {}
