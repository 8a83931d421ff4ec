import { openPage } from '../kit/open.tsx';
import { type OrderKind, OrderPage } from '../kit/order.tsx';

const kind: OrderKind = { family: 'nias', lead: 'nias.leadSame' };

void openPage(() => <OrderPage kind={kind} />);
