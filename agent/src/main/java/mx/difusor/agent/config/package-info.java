/** YAML to immutable records; every error at once, with its line and its cure. */
@NullMarked
package mx.difusor.agent.config;

import org.jspecify.annotations.NullMarked;
