@NullMarked
package mx.difusor.agent.archive;

import org.jspecify.annotations.NullMarked;
