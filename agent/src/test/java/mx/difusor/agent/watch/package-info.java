@NullMarked
package mx.difusor.agent.watch;

import org.jspecify.annotations.NullMarked;
