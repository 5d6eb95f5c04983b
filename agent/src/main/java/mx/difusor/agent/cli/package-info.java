/** One small class per command: read options, call, print. */
@NullMarked
package mx.difusor.agent.cli;

import org.jspecify.annotations.NullMarked;
