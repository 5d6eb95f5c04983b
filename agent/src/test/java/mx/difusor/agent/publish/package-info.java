@NullMarked
package mx.difusor.agent.publish;

import org.jspecify.annotations.NullMarked;
