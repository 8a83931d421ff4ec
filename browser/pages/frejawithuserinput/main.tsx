import { openPage } from '../kit/open.tsx';
import { type OrderKind, OrderPage } from '../kit/order.tsx';

const kind: OrderKind = {
  family: 'freja',
  lead: 'freja.leadOther',
  asked: { name: 'identifier', label: 'freja.identifier', hint: 'freja.identifierHint', autoComplete: 'username' },
};

void openPage(() => <OrderPage kind={kind} />);
