/** Tests of this room. */
@NullMarked
package mx.difusor.agent.config;

import org.jspecify.annotations.NullMarked;
