#include "../../sip.h"
