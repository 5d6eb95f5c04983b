package mx.difusor.agent.model;

import java.time.Instant;

/** Something a person should look at, from its beginning until it ends; one per code. */
public record Alert(String code, Instant since, String message) {}
